// "WebSockets" 2.7 by Markus Sattler, as far as the sketches use it.
#pragma once

#include "Arduino.h"

#include <functional>

typedef enum {
  WStype_ERROR,
  WStype_DISCONNECTED,
  WStype_CONNECTED,
  WStype_TEXT,
  WStype_BIN,
  WStype_FRAGMENT_TEXT_START,
  WStype_FRAGMENT_BIN_START,
  WStype_FRAGMENT,
  WStype_FRAGMENT_FIN,
  WStype_PING,
  WStype_PONG,
} WStype_t;

class WebSocketsClient {
public:
  typedef std::function<void(WStype_t type, uint8_t *payload, size_t length)> WebSocketClientEvent;

  WebSocketsClient(void);
  virtual ~WebSocketsClient(void);

  void begin(const char *host, uint16_t port, const char *url = "/", const char *protocol = "arduino");
  void begin(String host, uint16_t port, String url = "/", String protocol = "arduino");
  void begin(IPAddress host, uint16_t port, const char *url = "/", const char *protocol = "arduino");
  void loop(void);
  void onEvent(WebSocketClientEvent cbEvent);
  bool sendTXT(const char *payload, size_t length = 0);
  bool sendTXT(String &payload);
  void disconnect(void);
  void setReconnectInterval(unsigned long time);
  void enableHeartbeat(uint32_t pingInterval, uint32_t pongTimeout, uint8_t disconnectTimeoutCount);
  bool isConnected(void);
};
