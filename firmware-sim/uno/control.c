/* Commands on standard input, one a line, each answered by `done` or `refused WHY`.
 * Knows nothing of how they are carried out. */
#include "uno.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Longer than every command. */
#define LINE 128

static const char *const help = "say plug, unplug, reset, reset midline, analog CHANNEL MILLIVOLTS, or stat";

static void refuse(const char *why) { printf("refused %s\n", why); }

static void analog(unsigned channel, unsigned millivolts) {
	if (channel >= ANALOG_INPUTS || millivolts > 5000) {
		refuse("analog inputs are 0 to 7, and take 0 to 5000 millivolts");
		return;
	}
	mcu_analog(channel, millivolts);
	puts("done");
}

static void reset(void) {
	uno_reset("asked");
	puts("done");
}

static void plug(void) {
	if (port_is_plugged() || uno_plug()) puts("done");
	else refuse("no pseudo-terminal, or its link cannot be made");
}

static void obey(const char *line) {
	unsigned channel, millivolts;
	if (!strcmp(line, "plug")) plug();
	else if (!strcmp(line, "unplug")) uno_unplug(), puts("done");
	else if (!strcmp(line, "stat")) uno_print_stat();
	else if (!port_is_plugged() && !strncmp(line, "reset", 5)) refuse("it is unplugged");
	else if (!strcmp(line, "reset")) reset();
	else if (!strcmp(line, "reset midline")) uno_reset_midline(), puts("done");
	else if (sscanf(line, "analog %u %u", &channel, &millivolts) == 2) analog(channel, millivolts);
	else if (*line) refuse(help);
}

bool control_look(int wait_ms) {
	static char text[LINE];
	static size_t length;
	struct pollfd polled = { STDIN_FILENO, POLLIN, 0 };
	if (poll(&polled, 1, wait_ms) <= 0) return true;
	ssize_t count = read(STDIN_FILENO, text + length, sizeof text - 1 - length);
	if (count <= 0) return false;
	length += count;
	text[length] = 0;
	char *end;
	while ((end = strchr(text, '\n'))) {
		*end = 0;
		obey(text);
		length -= end + 1 - text;
		memmove(text, end + 1, length + 1);
	}
	if (length == sizeof text - 1) {
		length = 0;
		refuse(help);
	}
	return true;
}
