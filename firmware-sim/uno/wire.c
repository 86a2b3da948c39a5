/* One direction of a serial line: frames of ten bits, and a receiver that samples them.
 * A receiver at another speed reads what a real one would, which is rubbish.
 * Knows levels and times only. */
#include "uno.h"

/* A start bit, eight data bits and a stop bit. */
#define FRAME_BITS 10

unsigned wire_room(const struct wire *w) { return WIRE_FRAMES - w->count; }

bool wire_send(struct wire *w, uint64_t now, unsigned bit, uint8_t byte) {
	if (!wire_room(w) || !bit) return false;
	unsigned at = (w->first + w->count++) % WIRE_FRAMES;
	w->frame[at].start = now > w->busy_until ? now : w->busy_until;
	w->frame[at].bit = bit;
	w->frame[at].byte = byte;
	w->busy_until = w->frame[at].start + FRAME_BITS * (uint64_t)bit;
	return true;
}

void wire_clear(struct wire *w) {
	w->count = 0;
	w->busy_until = 0;
}

static bool high(uint8_t byte, unsigned bit) {
	if (bit == 0) return false;
	return bit > 8 || byte >> (bit - 1) & 1;
}

static bool level(const struct wire *w, uint64_t at) {
	for (unsigned i = 0; i < w->count; i++) {
		unsigned f = (w->first + i) % WIRE_FRAMES;
		if (at < w->frame[f].start) break;
		uint64_t bit = (at - w->frame[f].start) / w->frame[f].bit;
		if (bit < FRAME_BITS) return high(w->frame[f].byte, bit);
	}
	return true;   /* nobody is sending */
}

/* The first time since `listening` that the line goes from high to low. */
static bool falling_edge(const struct wire *w, uint64_t *at) {
	for (unsigned i = 0; i < w->count; i++) {
		unsigned f = (w->first + i) % WIRE_FRAMES;
		for (unsigned bit = 0; bit < FRAME_BITS; bit++) {
			uint64_t begin = w->frame[f].start + bit * (uint64_t)w->frame[f].bit;
			bool falls = !high(w->frame[f].byte, bit) && (bit == 0 || high(w->frame[f].byte, bit - 1));
			if (falls && begin >= w->listening) {
				*at = begin;
				return true;
			}
		}
	}
	return false;
}

static void forget_heard(struct wire *w) {
	while (w->count && w->frame[w->first].start + FRAME_BITS * (uint64_t)w->frame[w->first].bit <= w->listening) {
		w->first = (w->first + 1) % WIRE_FRAMES;
		w->count--;
	}
}

bool wire_receive(struct wire *w, uint64_t now, unsigned bit, uint8_t *byte) {
	uint64_t start;
	if (!falling_edge(w, &start)) {
		/* What is left has no start bit in it, once it is over. */
		if (now >= w->busy_until) w->count = 0;
		return false;
	}
	if (!bit) {
		w->listening = now;
		forget_heard(w);
		return false;
	}
	uint64_t middle_of_stop = start + bit * 19ull / 2;
	if (middle_of_stop > now) return false;
	*byte = 0;
	for (unsigned i = 0; i < 8; i++)
		*byte |= level(w, start + bit * (2ull * i + 3) / 2) << i;
	w->listening = middle_of_stop;
	forget_heard(w);
	return true;
}
