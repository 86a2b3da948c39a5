// ArduinoHttpClient 0.6, as far as the sketches use it.
#pragma once

#include "Arduino.h"

static const int TYPE_TEXT = 0x1;

class HttpClient : public Client {
public:
  static const int kHttpPort = 80;

  HttpClient(Client &aClient, const char *aServerName, uint16_t aServerPort = kHttpPort);
  HttpClient(Client &aClient, const String &aServerName, uint16_t aServerPort = kHttpPort);
  HttpClient(Client &aClient, const IPAddress &aServerAddress, uint16_t aServerPort = kHttpPort);

  int post(const char *aURLPath, const char *aContentType, const char *aBody);
  int post(const String &aURLPath, const String &aContentType, const String &aBody);
  int responseStatusCode();
  String responseBody();

  size_t write(uint8_t aByte) override;
  int available() override;
  int read() override;
  int peek() override;
  int connect(IPAddress ip, uint16_t port) override;
  int connect(const char *host, uint16_t port) override;
  void stop() override;
  uint8_t connected() override;
};

class WebSocketClient : public HttpClient {
public:
  WebSocketClient(Client &aClient, const char *aServerName, uint16_t aServerPort = kHttpPort);
  WebSocketClient(Client &aClient, const String &aServerName, uint16_t aServerPort = kHttpPort);
  WebSocketClient(Client &aClient, const IPAddress &aServerAddress, uint16_t aServerPort = kHttpPort);

  int begin(const char *aPath = "/");
  int begin(const String &aPath);
  int beginMessage(int aType);
  int endMessage();
  int parseMessage();
  int messageType();
  bool isFinal();
  String readString();
  int ping();
};
