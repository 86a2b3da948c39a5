/* The board: its processor, its serial lines and its clock, kept in step with real time. */
#define _GNU_SOURCE
#include "uno.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* The clock and the terminal are looked at once a millisecond. */
#define SLICE (HZ / 1000)
#define NS 1000000000ull
/* After a longer delay of this machine the board has stood still meanwhile: made up for,
 * the lost time would come as a burst that no board can send. */
#define MAX_LAG_NS (100 * NS / 1000)
/* The bootloader waits for a new program first. A real one takes a second. */
#define BOOT_NS (50 * NS / 1000)
/* So many bytes of a line have gone out when it is reset in the middle of it. */
#define MIDLINE 8

static const char *link_path;
static bool resets_on_open;
static struct wire to_computer, to_mcu;
static uint64_t time_anchor, cycle_anchor, boot_until;
static uint64_t sent, lost, heard, lag_max, stood_still;
static unsigned in_line;
static bool midline_wanted;
static uint8_t told_pins[3];

static uint64_t now_ns(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS + t.tv_nsec;
}

static void anchor(void) {
	time_anchor = now_ns();
	cycle_anchor = mcu_cycle();
}

void uno_reset(const char *why) {
	mcu_reset();
	wire_clear(&to_computer);
	wire_clear(&to_mcu);
	midline_wanted = false;
	boot_until = now_ns() + BOOT_NS;
	printf("reset %s\n", why);
}

void uno_reset_midline(void) { midline_wanted = true; }

bool uno_plug(void) {
	if (!port_plug(link_path)) return false;
	printf("plugged %s\n", port_device());
	uno_reset("power");
	return true;
}

void uno_unplug(void) {
	if (!port_is_plugged()) return;
	port_unplug();
	puts("unplugged");
}

void uno_print_stat(void) {
	printf("stat cycles=%llu sent=%llu lost=%llu heard=%llu lag_us=%llu stood_still_us=%llu\n",
	       (unsigned long long)mcu_cycle(), (unsigned long long)sent, (unsigned long long)lost,
	       (unsigned long long)heard, (unsigned long long)lag_max / 1000, (unsigned long long)stood_still / 1000);
	puts("done");
}

static void send(uint8_t byte) {
	if (!wire_send(&to_computer, mcu_cycle(), mcu_bit(), byte)) lost++;
}

bool uno_load(const char *elf, const char *link, bool resets) {
	link_path = link;
	resets_on_open = resets;
	return mcu_load(elf, send);
}

static void deliver(void) {
	uint8_t byte;
	while (wire_receive(&to_computer, mcu_cycle(), port_bit(), &byte)) {
		if (port_put(byte)) sent++; else lost++;
		in_line = byte == '\n' ? 0 : in_line + 1;
		if (midline_wanted && in_line == MIDLINE) uno_reset("midline");
	}
	port_flush();
}

static void listen(void) {
	uint8_t bytes[WIRE_FRAMES];
	size_t count = port_get(bytes, wire_room(&to_mcu));
	for (size_t i = 0; i < count; i++)
		wire_send(&to_mcu, mcu_cycle(), port_bit(), bytes[i]);
	heard += count;
	while (wire_receive(&to_mcu, mcu_cycle(), mcu_bit(), bytes)) mcu_receive(*bytes);
}

static void look_at_port(void) {
	switch (port_look()) {
	case PORT_OPENED:
		puts("opened");
		port_flush();
		if (resets_on_open) uno_reset("opened");
		break;
	case PORT_CLOSED:
		puts("closed");
		break;
	case PORT_SAME:
		break;
	}
}

static void tell_pins(void) {
	uint8_t pins[3] = { mcu_port('B'), mcu_port('C'), mcu_port('D') };
	if (!memcmp(pins, told_pins, sizeof pins)) return;
	memcpy(told_pins, pins, sizeof pins);
	printf("pins %u %u %u\n", pins[0], pins[1], pins[2]);
}

static void keep_pace(void) {
	uint64_t cycles = mcu_cycle() - cycle_anchor;
	uint64_t due = time_anchor + cycles / HZ * NS + cycles % HZ * NS / HZ;
	uint64_t now = now_ns();
	if (now < due) {
		struct timespec until = { due / NS, due % NS };
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
		return;
	}
	uint64_t lag = now - due;
	if (lag > lag_max) lag_max = lag;
	if (lag > MAX_LAG_NS) {
		stood_still += lag;
		time_anchor += lag;
	}
}

/* A millisecond of a board that has power. */
static bool live(void) {
	if (now_ns() < boot_until) {
		/* The bootloader takes what comes, and makes nothing of it. */
		uint8_t bytes[WIRE_FRAMES];
		heard += port_get(bytes, sizeof bytes);
		anchor();
		return true;
	}
	if (!mcu_run_until(mcu_cycle() + SLICE)) return false;
	if (mcu_was_reset()) puts("reset watchdog");
	listen();
	deliver();
	tell_pins();
	keep_pace();
	return true;
}

bool uno_live(void) {
	look_at_port();
	return !port_is_plugged() || live();
}

/* Unplugged, nothing happens until a command comes; in the bootloader, not for a moment. */
int uno_patience_ms(void) {
	if (!port_is_plugged()) return 1000;
	return now_ns() < boot_until ? 1 : 0;
}
