// An ESP32 or ESP8266 that sends a reading a second over a WebSocket, and obeys LED ON
// and LED OFF. Library: "WebSockets" by Markus Sattler (2.4 or later).
// The LED of many ESP8266 boards is wired the other way round: LOW lights it.

#ifdef ESP8266
#include <ESP8266WiFi.h>
#else
#include <WiFi.h>
#endif
#include <WebSocketsClient.h>

#ifndef LED_BUILTIN
#define LED_BUILTIN 2   // many ESP32 boards do not say where their LED is
#endif

// Yours instead of these: the WiFi's name and password, the address of the machine that
// boardcast runs on, and behind /board/ the name that this board should have.
const char NETWORK[] = "YOUR WIFI";
const char PASSWORD[] = "YOUR PASSWORD";
const char GATEWAY[] = "192.168.1.5";
const uint16_t GATEWAY_PORT = 8080;
const char PATH[] = "/board/greenhouse";

WebSocketsClient webSocket;
unsigned long lastReading = 0;

void answer(String text) {
  webSocket.sendTXT(text);
}

void obey(const String &command) {
  if (command == "LED ON") digitalWrite(LED_BUILTIN, HIGH);
  else if (command == "LED OFF") digitalWrite(LED_BUILTIN, LOW);
  else return answer("err unknown command " + command);
  answer("ok " + command);
}

void onEvent(WStype_t type, uint8_t *payload, size_t length) {
  if (type == WStype_CONNECTED) Serial.println("connected");
  if (type == WStype_DISCONNECTED) Serial.println("disconnected");
  if (type != WStype_TEXT) return;
  String command;
  for (size_t i = 0; i < length; i++) command += (char)payload[i];
  obey(command);
}

void setup() {
  Serial.begin(115200);
  pinMode(LED_BUILTIN, OUTPUT);
  // Connects in the background, and again whenever the network comes back.
  WiFi.begin(NETWORK, PASSWORD);
  webSocket.begin(GATEWAY, GATEWAY_PORT, PATH);
  webSocket.onEvent(onEvent);
  webSocket.setReconnectInterval(5000);
  // Asks every 15 s, waits 3 s for the answer, and reconnects after two without: a
  // gateway that has lost its power closes nothing.
  webSocket.enableHeartbeat(15000, 3000, 2);
}

void loop() {
  // As often as possible: it connects, listens, and answers the gateway's pings.
  webSocket.loop();
  if (millis() - lastReading < 1000 || !webSocket.isConnected()) return;
  lastReading = millis();
  answer("light:" + String(analogRead(A0)) + ",rssi:" + String(WiFi.RSSI()));
}
