// The ESP32 core's WiFi.h, as far as the sketches use it.
#pragma once

#include "Arduino.h"

// Of the ESP32's network stack: a sketch that includes its sockets.h must compile, too.
int socket(int domain, int type, int protocol);

typedef enum {
  WL_IDLE_STATUS = 0,
  WL_CONNECTED = 3,
  WL_DISCONNECTED = 6,
} wl_status_t;

class WiFiClass {
public:
  wl_status_t begin(const char *ssid, const char *passphrase = NULL, int32_t channel = 0,
                    const uint8_t *bssid = NULL, bool connect = true);
  static wl_status_t status();
  int8_t RSSI(void);
};
extern WiFiClass WiFi;
