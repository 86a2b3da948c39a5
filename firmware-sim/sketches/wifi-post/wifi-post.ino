// A board with a WiFiNINA module that posts a reading every ten seconds. It needs no open
// connection, and so can do without power in between; it cannot be sent commands.
// Libraries: WiFiNINA, ArduinoHttpClient.

#include <WiFiNINA.h>
#include <ArduinoHttpClient.h>

const char NETWORK[] = "network";
const char PASSWORD[] = "password";
const char GATEWAY[] = "192.168.1.5";
const int PORT = 8080;
const char PATH[] = "/board/greenhouse";   // a token: "/board/greenhouse?token=..."

WiFiClient wifi;
HttpClient http(wifi, GATEWAY, PORT);

void setup() {
  Serial.begin(115200);
}

void loop() {
  if (WiFi.status() != WL_CONNECTED && WiFi.begin(NETWORK, PASSWORD) != WL_CONNECTED) {
    delay(5000);
    return;
  }

  String reading = "{\"light\":" + String(analogRead(A0)) + ",\"rssi\":" + String(WiFi.RSSI()) + "}";
  http.post(PATH, "application/json", reading);
  // 202 is good; below 0 the gateway was not reached.
  int status = http.responseStatusCode();
  if (status != 202) {
    Serial.print("the gateway says ");
    Serial.println(status);
  }
  http.stop();
  delay(10000);
}
