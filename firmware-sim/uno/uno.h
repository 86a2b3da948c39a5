/* The parts of the emulated Uno, in the order in which a byte passes them. */
#ifndef UNO_H
#define UNO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An Uno's clock, and the unit of all times that are called cycles here. */
#define HZ 16000000u

/* --- mcu.c: the processor with its firmware. Knows no terminal. --- */

#define ANALOG_INPUTS 8

/* Loads a program for the ATmega328P and starts it; `sends` is called for each byte that the
 * processor begins to send. Says false if the program cannot be read. */
bool mcu_load(const char *elf, void (*sends)(uint8_t byte));
/* Runs until this cycle; false if the firmware made it stop for ever. */
bool mcu_run_until(uint64_t cycle);
uint64_t mcu_cycle(void);
void mcu_reset(void);
/* Whether the processor has reset itself since this was last asked: its watchdog did. */
bool mcu_was_reset(void);
/* Volts at an analog input; they stay through resets. */
void mcu_analog(unsigned channel, unsigned millivolts);
/* What the firmware has written to PORTB, PORTC and PORTD: 'B' to 'D'. */
uint8_t mcu_port(char port);
/* Cycles a bit at the baud rate that the firmware has set; 0 while its UART is off. */
unsigned mcu_bit(void);
void mcu_receive(uint8_t byte);

/* --- wire.c: one direction of a serial line. Knows levels and times only. --- */

/* At a million baud a millisecond holds 100 bytes. */
#define WIRE_FRAMES 256

struct wire {
	struct { uint64_t start; unsigned bit; uint8_t byte; } frame[WIRE_FRAMES];
	unsigned first, count;
	uint64_t busy_until;   /* the end of the last frame */
	uint64_t listening;    /* the receiver looks for a start bit from here on */
};

unsigned wire_room(const struct wire *w);
/* Puts a byte on the line once the line is free. Without room it is lost. */
bool wire_send(struct wire *w, uint64_t now, unsigned bit, uint8_t byte);
/* What a receiver with bits of this length has read until now, one byte a call. */
bool wire_receive(struct wire *w, uint64_t now, unsigned bit, uint8_t *byte);
void wire_clear(struct wire *w);

/* --- port.c: the pseudo-terminal, as an Uno's USB chip shows it to the computer. --- */

enum port_change { PORT_SAME, PORT_OPENED, PORT_CLOSED };

bool port_plug(const char *link);
void port_unplug(void);
bool port_is_plugged(void);
/* Such as /dev/pts/7; the last one while unplugged. */
const char *port_device(void);
/* Whether somebody has opened or closed it since this was last asked. */
enum port_change port_look(void);
/* Cycles a bit at the baud rate that the computer has set; 0 if it has set none. */
unsigned port_bit(void);
/* Takes a byte for the computer; false if the chip's buffer is full and it is lost. */
bool port_put(uint8_t byte);
/* Hands over what the chip holds, as much as the computer takes. */
void port_flush(void);
/* Bytes from the computer. */
size_t port_get(uint8_t *bytes, size_t room);

/* --- uno.c: the board, and what commands ask of it. --- */

/* Loads its firmware. A board that `resets_on_open` does so as DTR makes a real one do. False
 * if the firmware cannot be read. */
bool uno_load(const char *elf, const char *link, bool resets_on_open);
/* A millisecond of it, if it is plugged in; false if its firmware has stopped. */
bool uno_live(void);
/* For how long nothing happens by itself. */
int uno_patience_ms(void);
bool uno_plug(void);
void uno_unplug(void);
void uno_reset(const char *why);
/* Resets it as soon as some bytes of a line, and not its end, have gone out. */
void uno_reset_midline(void);
void uno_print_stat(void);

/* --- control.c: commands on standard input. --- */

/* Does what was asked for; false when the input is at its end. Waits up to `wait_ms`. */
bool control_look(int wait_ms);

#endif
