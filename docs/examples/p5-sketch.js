// A circle that is as large and as bright as it is light at the sensor: a channel `light`, from 0 to 1023,
// as analogRead gives it. With `boardcast demo` it is that of the board `greenhouse`.

let light = 0;

// The gateway gives the client away. It must know where this page is from, in config.toml:
// [server] allowed_origins = ["http://localhost:8000"]
import("http://localhost:8080/client.js").then(({ connect }) => {
  const gateway = connect("http://localhost:8080", { boards: "greenhouse" });

  // Takes the newest value, also that from before this page was opened.
  gateway.on("message", () => {
    const values = gateway.boards.get("greenhouse")?.values ?? {};
    // A board may say null: it has no value. Then the last one stays.
    if (typeof values.light === "number") light = values.light;
  });
});

function setup() {
  createCanvas(400, 400);
  noStroke();
}

function draw() {
  background(20);
  fill(map(light, 0, 1023, 60, 255));
  circle(width / 2, height / 2, map(light, 0, 1023, 10, width));
}
