/** A house with boards of every kind, for tests of how pages look. */
import { WifiBoard } from "./boards.ts";
import { Gateway, HISTORY } from "./gateway.ts";

const CONFIG = `${HISTORY}
[[board]]
board = "greenhouse"
[board.channels.temperature]
unit = "°C"
label = "Air"
[board.channels.humidity]
unit = "%"
[[board]]
board = "attic"
stale_after = "50ms"
`;

/** The longest name that a board or a channel may have. */
const LONGEST = "a-name-of-sixty-four-characters-which-nobody-would-choose-willing";

/** Starts it: an online board with units, one that posts, one that is stale, one offline, one with
 * many channels of every kind and the longest names. */
export async function fullHouse(): Promise<Gateway> {
  const gateway = await Gateway.start(CONFIG);
  const greenhouse = await WifiBoard.connect(gateway, "greenhouse");
  const shed = await WifiBoard.connect(gateway, "shed");
  for (let at = 0; at < 20; at += 1) {
    greenhouse.say(`temperature:${20 + at / 10},humidity:${50 - at},light:${at * 31}`);
  }
  greenhouse.say("Booting…");
  shed.say("door:open,lock:true,battery:nan");
  await shed.close();
  await gateway.post("attic", "x:1");
  await gateway.post("porch", '{"temperature":4.25,"humidity":null,"rain":false}');
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`sensor.${at}`, at * 1234.5]));
  await gateway.post(
    LONGEST.slice(0, 64),
    JSON.stringify({ ...many, [LONGEST.slice(0, 64)]: "x".repeat(200) }),
  );
  return gateway;
}
