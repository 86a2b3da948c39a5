/* The pseudo-terminal, as an Uno's USB chip shows it to the computer.
 * Knows nothing of the processor. */
#define _GNU_SOURCE
#include "uno.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* The chip's buffer for a computer that reads slowly; what comes on top is lost. */
#define BUFFER 128
/* What the chip still holds, while nobody reads, of what came last: less than a line, so
 * that who opens the port finds the end of one. */
#define HELD 16

static int master = -1;
static const char *link_path;
static char device[64];
static bool is_open;
static uint8_t held[BUFFER];
static size_t held_count;

/* The kernel gives the lowest free number: taking two gives another one than last time. */
static bool open_terminal(int *slave) {
	char name[sizeof device];
	int other = -1, other_slave = -1;
	struct termios raw;
	memset(&raw, 0, sizeof raw);
	cfmakeraw(&raw);
	raw.c_cflag |= CREAD | CLOCAL;
	cfsetspeed(&raw, B9600);
	if (openpty(&master, slave, name, &raw, NULL)) return false;
	if (!strcmp(name, device)) {
		other = master, other_slave = *slave;
		if (openpty(&master, slave, name, &raw, NULL)) master = -1;
		close(other), close(other_slave);
	}
	if (master >= 0) strcpy(device, name);
	return master >= 0;
}

bool port_plug(const char *link) {
	int slave;
	if (!open_terminal(&slave)) return false;
	/* From now on a hangup means that nobody has it open. */
	close(slave);
	fcntl(master, F_SETFL, O_NONBLOCK);
	is_open = false;
	held_count = 0;
	link_path = link;
	/* What is no link is somebody's file, and stays. */
	struct stat there;
	if (lstat(link, &there) == 0 && S_ISLNK(there.st_mode)) unlink(link);
	if (symlink(device, link) == 0) return true;
	close(master);
	master = -1;
	return false;
}

void port_unplug(void) {
	if (master < 0) return;
	unlink(link_path);
	close(master);
	master = -1;
	is_open = false;
}

bool port_is_plugged(void) { return master >= 0; }

const char *port_device(void) { return device; }

/* A real port forgets at its last close what was not read; a pseudo-terminal keeps it. */
static void forget_unread(void) {
	int slave = open(device, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0) return;
	tcflush(slave, TCIFLUSH);
	close(slave);
}

enum port_change port_look(void) {
	struct pollfd polled = { master, POLLOUT, 0 };
	if (master < 0 || poll(&polled, 1, 0) < 0) return PORT_SAME;
	bool now = !(polled.revents & POLLHUP);
	if (now == is_open) return PORT_SAME;
	is_open = now;
	if (!now) forget_unread();
	return now ? PORT_OPENED : PORT_CLOSED;
}

unsigned port_bit(void) {
	/* The kernel's struct termios2: programs may set a speed that has no name. */
	struct { tcflag_t flags[4]; cc_t line, control[19]; speed_t in, out; } settings;
	if (ioctl(master, _IOC(_IOC_READ, 'T', 0x2A, sizeof settings), &settings)) return 0;
	return settings.out ? HZ / settings.out : 0;
}

bool port_put(uint8_t byte) {
	bool has_room = held_count < (is_open ? BUFFER : HELD);
	if (!has_room && is_open) return false;
	if (!has_room) memmove(held, held + 1, --held_count);
	held[held_count++] = byte;
	return has_room;
}

void port_flush(void) {
	if (!is_open || !held_count) return;
	ssize_t taken = write(master, held, held_count);
	if (taken <= 0) return;
	held_count -= taken;
	memmove(held, held + taken, held_count);
}

size_t port_get(uint8_t *bytes, size_t room) {
	if (!is_open || !room) return 0;
	ssize_t count = read(master, bytes, room);
	return count > 0 ? count : 0;
}
