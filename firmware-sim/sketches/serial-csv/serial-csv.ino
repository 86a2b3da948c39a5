// Prints a header line once, and then values: a file that a spreadsheet opens.

unsigned long n = 0;

void setup() {
  Serial.begin(115200);
  // Ends the line that the last reset may have cut: glued to it, the header would be lost.
  Serial.println();
  // If the port is opened without a reset, this line is missed: then the values have
  // no names. Press the reset button, or name the columns in the gateway's configuration.
  Serial.println(F("n,ms,light"));
}

void loop() {
  Serial.print(n++);
  Serial.print(',');
  Serial.print(millis());
  Serial.print(',');
  Serial.println(analogRead(A0));
  delay(50);
}
