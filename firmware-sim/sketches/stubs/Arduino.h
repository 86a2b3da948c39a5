// What every core declares: Arduino's API, as far as the sketches use it.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HIGH 0x1
#define LOW 0x0
#define INPUT 0x0
#define OUTPUT 0x1
#ifndef ESP32
#define LED_BUILTIN 13
#endif

typedef uint8_t byte;
static const uint8_t A0 = 14;

unsigned long millis();
void delay(unsigned long ms);
void pinMode(uint8_t pin, uint8_t mode);
void digitalWrite(uint8_t pin, uint8_t value);
int digitalRead(uint8_t pin);
int analogRead(uint8_t pin);

class String {
public:
  String(const char *text = "");
  String(const String &other);
  explicit String(int value, unsigned char base = 10);
  explicit String(long value, unsigned char base = 10);
  ~String();
  String &operator=(const String &other);
  String &operator+=(char c);
  bool operator==(const char *text) const;
  unsigned int length() const;
  const char *c_str() const;
};
String operator+(const String &left, const String &right);
String operator+(const String &left, const char *right);
String operator+(const char *left, const String &right);

class Print {
public:
  virtual ~Print();
  virtual size_t write(uint8_t byte) = 0;
  size_t print(const String &text);
  size_t print(const char text[]);
  size_t print(int value, int base = 10);
  size_t println(const String &text);
  size_t println(const char text[]);
  size_t println(int value, int base = 10);
};

class Stream : public Print {
public:
  virtual int available() = 0;
  virtual int read() = 0;
  virtual int peek() = 0;
  String readString();
};

class HardwareSerial : public Stream {
public:
  void begin(unsigned long baud);
  size_t write(uint8_t byte) override;
  int available() override;
  int read() override;
  int peek() override;
};
extern HardwareSerial Serial;

class IPAddress {
public:
  IPAddress(uint8_t first, uint8_t second, uint8_t third, uint8_t fourth);
};

class Client : public Stream {
public:
  virtual int connect(IPAddress ip, uint16_t port) = 0;
  virtual int connect(const char *host, uint16_t port) = 0;
  virtual void stop() = 0;
  virtual uint8_t connected() = 0;
};
