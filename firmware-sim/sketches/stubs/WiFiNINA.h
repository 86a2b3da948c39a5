// WiFiNINA 1.8, as far as the sketches use it.
#pragma once

#include "Arduino.h"

// The processors of most of these boards, SAMD21, have a register of this name.
#define PORT ((void *)0x41004400UL)

typedef enum {
  WL_IDLE_STATUS = 0,
  WL_CONNECTED = 3,
  WL_CONNECT_FAILED = 4,
  WL_CONNECTION_LOST = 5,
  WL_DISCONNECTED = 6,
} wl_status_t;

class WiFiClient : public Client {
public:
  WiFiClient();
  int connect(IPAddress ip, uint16_t port) override;
  int connect(const char *host, uint16_t port) override;
  size_t write(uint8_t byte) override;
  int available() override;
  int read() override;
  int peek() override;
  void stop() override;
  uint8_t connected() override;
};

class WiFiClass {
public:
  int begin(const char *ssid, const char *passphrase);
  uint8_t status();
  int32_t RSSI();
};
extern WiFiClass WiFi;
