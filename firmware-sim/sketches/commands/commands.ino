// Understands the commands LED ON and LED OFF, answers each with `ok ...` or `err ...`,
// and prints a reading twice a second. In the gateway's configuration
//   ack = "^ok"
//   nack = "^err"
// make such an answer the command's result.

char command[32];
byte length = 0;
unsigned long next_ms = 0;

void setup() {
  Serial.begin(115200);
  pinMode(LED_BUILTIN, OUTPUT);
}

void obey() {
  if (strcmp(command, "LED ON") == 0) {
    digitalWrite(LED_BUILTIN, HIGH);
    Serial.println(F("ok LED ON"));
  } else if (strcmp(command, "LED OFF") == 0) {
    digitalWrite(LED_BUILTIN, LOW);
    Serial.println(F("ok LED OFF"));
  } else {
    Serial.print(F("err unknown command "));
    Serial.println(command);
  }
}

// Collects a line, byte by byte: unlike Serial.readString() it never waits.
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
  next_ms += 500;
  Serial.print(F("led:"));
  Serial.print(digitalRead(LED_BUILTIN));
  Serial.print(F(",light:"));
  Serial.println(analogRead(A0));
}
