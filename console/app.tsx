/** The console: the page behind every address below /console, which shows the screen that the address names. */
import { render } from "preact";
import { LocationProvider } from "preact-iso";

import { Root } from "./pages/root.tsx";
import { startClock } from "./state/clock.ts";
import { applyTheme } from "./state/theme.ts";

applyTheme();
startClock();
const place = document.querySelector("#app");
if (place) {
  place.replaceChildren();
  render(
    <LocationProvider scope="/console">
      <Root />
    </LocationProvider>,
    place,
  );
}
