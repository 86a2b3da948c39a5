// A board with a WiFiNINA module that posts a reading every ten seconds. It needs no open
// connection, and so can do without power in between; it cannot be sent commands.
// Libraries: WiFiNINA, ArduinoHttpClient.

#include <WiFiNINA.h>
#include <ArduinoHttpClient.h>

// Yours instead of these: the WiFi's name and password, the address of the machine that
// boardcast runs on, and behind /board/ the name that this board should have.
const char NETWORK[] = "YOUR WIFI";
const char PASSWORD[] = "YOUR PASSWORD";
const char GATEWAY[] = "192.168.1.5";
const int GATEWAY_PORT = 8080;
const char PATH[] = "/board/greenhouse";

WiFiClient wifi;
HttpClient http(wifi, GATEWAY, GATEWAY_PORT);

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
