// Prints labelled values, as the Serial Plotter of the Arduino IDE draws them:
//   n:12,light:511,wave:0.59

unsigned long n = 0;

void setup() {
  Serial.begin(115200);
}

void loop() {
  Serial.print(F("n:"));
  Serial.print(n);
  Serial.print(F(",light:"));
  Serial.print(analogRead(A0));
  Serial.print(F(",wave:"));
  Serial.println(sin(n * 0.05));
  n++;
  delay(50);
}
