/* An emulated Arduino Uno: compiled firmware in real time behind a pseudo-terminal.
 *
 *   uno [--no-reset] FIRMWARE.elf LINK
 *
 * LINK is a symbolic link to the terminal while the board is plugged in. Commands come on
 * standard input (see control.c), events go to standard output, one a line:
 *   plugged DEVICE | unplugged | opened | closed | reset WHY | pins B C D | stat ... | failed WHY
 * It ends when its standard input or its parent does. As on a real Uno, opening the port resets the
 * processor; --no-reset is the board with that trace cut. */
#include "uno.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fail(const char *why) {
	printf("failed %s\n", why);
	port_unplug();
	return EXIT_FAILURE;
}

int main(int count, char **arguments) {
	bool resets_on_open = true;
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (count == 4 && !strcmp(arguments[1], "--no-reset")) {
		resets_on_open = false;
		arguments++, count--;
	}
	/* Killed, a parent that gave its own standard input leaves it open. */
	pid_t parent = getppid();
	if (count != 3) return fail("usage: uno [--no-reset] FIRMWARE.elf LINK");
	if (!uno_load(arguments[1], arguments[2], resets_on_open)) return fail("cannot read the firmware");
	if (!uno_plug()) return fail("no pseudo-terminal, or its link cannot be made");
	while (getppid() == parent && control_look(uno_patience_ms()))
		if (!uno_live()) return fail("the firmware has stopped");
	port_unplug();
	return EXIT_SUCCESS;
}
