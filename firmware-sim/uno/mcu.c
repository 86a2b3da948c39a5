/* The processor, an ATmega328P in libsimavr, with its firmware. Knows no terminal. */
#include "uno.h"

#include <avr_adc.h>
#include <avr_uart.h>
#include <sim_avr.h>
#include <sim_elf.h>

/* Registers of the ATmega328P's data sheet. */
#define UCSR0A 0xC0
#define UCSR0B 0xC1
#define UBRR0 0xC4
#define PORTB 0x25
#define U2X 0x02
#define RXEN 0x10
#define TXEN 0x08

static avr_t *avr;
static avr_irq_t *to_uart;
static void (*core_reset)(avr_t *);
static void (*on_send)(uint8_t);
static bool was_reset;
static unsigned inputs_mv[ANALOG_INPUTS];

static void on_reset(avr_t *a) {
	was_reset = true;
	if (core_reset) core_reset(a);
}

static void on_byte(struct avr_irq_t *irq, uint32_t byte, void *p) {
	(void)irq, (void)p;
	on_send(byte);
}

/* The pace is kept outside, where lost time is counted. */
static void no_sleep(avr_t *a, avr_cycle_count_t cycles) { (void)a, (void)cycles; }

/* Standard output is for events. */
static void no_log(avr_t *a, const int level, const char *format, va_list arguments) {
	(void)a, (void)level, (void)format, (void)arguments;
}

bool mcu_load(const char *elf, void (*sends)(uint8_t)) {
	on_send = sends;
	elf_firmware_t firmware = { 0 };
	avr_global_logger_set(no_log);
	if (elf_read_firmware(elf, &firmware)) return false;
	firmware.frequency = HZ;
	avr = avr_make_mcu_by_name("atmega328p");
	if (!avr) return false;
	avr_init(avr);
	avr_load_firmware(avr, &firmware);
	avr->vcc = avr->avcc = avr->aref = 5000;
	avr->sleep = no_sleep;
	core_reset = avr->reset;
	avr->reset = on_reset;
	/* Otherwise simavr prints what the firmware prints, and sleeps while it polls. */
	uint32_t flags = 0;
	avr_ioctl(avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags);
	to_uart = avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_INPUT);
	avr_irq_t *from_uart = avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUTPUT);
	avr_irq_register_notify(from_uart, on_byte, NULL);
	return true;
}

bool mcu_run_until(uint64_t cycle) {
	while (avr->cycle < cycle) {
		int state = avr_run(avr);
		if (state == cpu_Done || state == cpu_Crashed) return false;
	}
	return true;
}

uint64_t mcu_cycle(void) { return avr->cycle; }

static void apply_inputs(void) {
	for (unsigned i = 0; i < ANALOG_INPUTS; i++)
		avr_raise_irq(avr_io_getirq(avr, AVR_IOCTL_ADC_GETIRQ, ADC_IRQ_ADC0 + i), inputs_mv[i]);
}

void mcu_reset(void) {
	avr_reset(avr);
	was_reset = false;
	apply_inputs();
}

bool mcu_was_reset(void) {
	bool was = was_reset;
	was_reset = false;
	if (was) apply_inputs();
	return was;
}

void mcu_analog(unsigned channel, unsigned millivolts) {
	inputs_mv[channel] = millivolts;
	apply_inputs();
}

uint8_t mcu_port(char port) { return avr->data[PORTB + 3 * (port - 'B')]; }

unsigned mcu_bit(void) {
	if (!(avr->data[UCSR0B] & (RXEN | TXEN))) return 0;
	unsigned divider = avr->data[UBRR0] | avr->data[UBRR0 + 1] << 8;
	return (avr->data[UCSR0A] & U2X ? 8 : 16) * (divider + 1);
}

void mcu_receive(uint8_t byte) {
	if (avr->data[UCSR0B] & RXEN) avr_raise_irq(to_uart, byte);
}
