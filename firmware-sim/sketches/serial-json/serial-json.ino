// Prints one JSON object every 20 ms: a counter, the time, and a voltage at A0.
// The counter shows whether a reading was lost on the way.

const unsigned long PERIOD_MS = 20;

unsigned long n = 0;
unsigned long next_ms;

void setup() {
  Serial.begin(115200);
  Serial.println(F("serial-json starts"));
  next_ms = millis() + PERIOD_MS;
}

void loop() {
  // Compared by subtraction, so that it goes on when millis() starts over after 50 days.
  if ((long)(millis() - next_ms) < 0) return;
  // Not millis() + PERIOD_MS: each reading's little delay would add up.
  next_ms += PERIOD_MS;

  Serial.print(F("{\"n\":"));
  Serial.print(n++);
  Serial.print(F(",\"ms\":"));
  Serial.print(millis());
  Serial.print(F(",\"a0\":"));
  Serial.print(analogRead(A0));
  Serial.println(F("}"));
}
