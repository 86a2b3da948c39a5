// A board with a WiFiNINA module (Nano 33 IoT, MKR WiFi 1010, Uno WiFi Rev2) that sends
// a reading a second over a WebSocket, and obeys LED ON and LED OFF.
// Libraries: WiFiNINA, ArduinoHttpClient (0.6.1 or later).

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
WebSocketClient webSocket(wifi, GATEWAY, GATEWAY_PORT);
unsigned long lastReading = 0;

void setup() {
  Serial.begin(115200);
  pinMode(LED_BUILTIN, OUTPUT);
}

// Connects to the network and to the gateway where that is needed; says whether both are there.
bool online() {
  if (WiFi.status() != WL_CONNECTED && WiFi.begin(NETWORK, PASSWORD) != WL_CONNECTED) {
    delay(5000);
    return false;
  }
  if (webSocket.connected()) return true;
  Serial.println("connecting to the gateway");
  // A connection that is only half gone would keep its place in the module.
  webSocket.stop();
  if (webSocket.begin(PATH) == 0) return true;
  // Not at once again: a gateway that starts has other boards to greet, too.
  delay(5000);
  return false;
}

void answer(const String &text) {
  webSocket.beginMessage(TYPE_TEXT);
  webSocket.print(text);
  webSocket.endMessage();
}

void obey(const String &command) {
  if (command == "LED ON") digitalWrite(LED_BUILTIN, HIGH);
  else if (command == "LED OFF") digitalWrite(LED_BUILTIN, LOW);
  else return answer("err unknown command " + command);
  answer("ok " + command);
}

void loop() {
  if (!online()) return;

  // Also when there is nothing to obey: it answers the gateway's pings.
  if (webSocket.parseMessage() > 0) obey(webSocket.readString());

  if (millis() - lastReading < 1000) return;
  lastReading = millis();
  // One short print: the library sends at most 128 bytes a message.
  String reading = "light:" + String(analogRead(A0)) + ",rssi:" + String(WiFi.RSSI());
  answer(reading);
}
