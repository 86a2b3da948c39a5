// A greenhouse that has every trouble a real one has, when it is asked for it:
//   nan    the sensor does not answer for the next reading
//   long   a line of 6000 bytes
//   flood  500 readings as fast as they go
//   stall  nothing for two seconds
//   hang   half a line, and then the program hangs until the watchdog resets it
// Each is answered with `ok ...` first; all else with `err ...`.

#include <avr/wdt.h>

char command[16];
byte length = 0;
unsigned long n = 0;
unsigned long next_ms;
bool sensor_fails = false;

void setup() {
  // After it has bitten, the watchdog stays on, and would bite again during setup().
  MCUSR = 0;
  wdt_disable();
  Serial.begin(115200);
  Serial.println(F("greenhouse starts"));
  next_ms = millis();
}

void reading() {
  // 10 mV a degree, as an LM35 gives; no answer is what a DHT library calls `nan`.
  float celsius = sensor_fails ? NAN : analogRead(A0) * (500.0 / 1024.0);
  sensor_fails = false;
  Serial.print(F("{\"n\":"));
  Serial.print(n++);
  Serial.print(F(",\"temperature\":"));
  Serial.print(celsius);
  Serial.println(F("}"));
}

void longLine() {
  for (int i = 0; i < 6000; i++) Serial.print('x');
  Serial.println();
}

void flood() {
  for (int i = 0; i < 500; i++) reading();
}

void hang() {
  Serial.print(F("{\"n\":"));
  Serial.print(n);
  Serial.print(F(",\"tempera"));
  Serial.flush();
  wdt_enable(WDTO_15MS);
  for (;;) {}
}

// Whether the command is this one; then it is answered at once.
bool is(const char *name) {
  if (strcmp(command, name) != 0) return false;
  Serial.print(F("ok "));
  Serial.println(command);
  return true;
}

void obey() {
  if (is("nan")) sensor_fails = true;
  else if (is("long")) longLine();
  else if (is("flood")) flood();
  else if (is("stall")) delay(2000);
  else if (is("hang")) hang();
  else {
    Serial.print(F("err unknown command "));
    Serial.println(command);
  }
}

void listen() {
  while (Serial.available()) {
    char c = Serial.read();
    if (c == '\n') {
      command[length] = '\0';
      length = 0;
      obey();
    } else if (c != '\r' && length < sizeof(command) - 1) {
      command[length++] = c;
    }
  }
}

void loop() {
  listen();
  if ((long)(millis() - next_ms) < 0) return;
  next_ms = millis() + 100;
  reading();
}
