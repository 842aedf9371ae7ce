import { useParam, useWithout } from "../state/address.ts";
import { onOpening } from "../state/on-opening.ts";
import { useTyped } from "../state/typed.ts";
import { legible } from "../state/words.ts";
import { Icon, type IconName } from "./icon.tsx";
import { Empty } from "./notice.tsx";

/** The field that filters a list, kept in the parameter `name` of the address. The key `/` goes to it. */
export function FilterField({ name, label }: { name: string; label: string }) {
  const [typed, setTyped] = useTyped(...useParam(name));
  return (
    <label class="field-inline">
      <Icon name="search" size={16} />
      <span class="hidden">{label}</span>
      <input
        type="search"
        data-search
        placeholder={label}
        value={typed}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
      />
    </label>
  );
}

type Choice = { readonly value: string; readonly label: string };

/**
 * Makes the choices of a status filter: one for all, labelled `all`, and one for each status. `nameOf` returns the
 * label of a status.
 */
export const statusChoices = <Name extends string>(
  all: string,
  statuses: readonly Name[],
  nameOf: (status: Name) => string = capitalize,
): readonly Choice[] => [
  { value: "", label: all },
  ...statuses.map((value) => ({ value, label: nameOf(value) })),
];

const capitalize = (status: string) =>
  status.slice(0, 1).toUpperCase() + status.slice(1).replaceAll("_", " ");

/** A filter with a few choices, kept in the parameter `name` of the address. */
export function FilterChoice({
  name,
  label,
  choices,
  standard = choices[0]?.value,
  onOpen = () => {},
}: {
  name: string;
  label: string;
  choices: readonly Choice[];
  /** The value that is meant where the address has none; by default the first one. */
  standard?: string | undefined;
  /** Called before the choices are opened, to read them again. */
  onOpen?: () => void;
}) {
  const [value, setValue] = useParam(name, standard);
  return (
    <label class="field-inline">
      <span class="hidden">{label}</span>
      <select
        value={value}
        onChange={({ currentTarget }) => setValue(currentTarget.value)}
        {...onOpening(onOpen)}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {legible(choice.label)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The place of a list of which the filters `names` show nothing. */
export const NoMatch = ({
  icon,
  title,
  names,
}: {
  icon: IconName;
  title: string;
  names: readonly string[];
}) => (
  <Empty icon={icon} title={title}>
    <ClearFilters names={names} />
  </Empty>
);

/** The way on from a list of which the filters show nothing: it takes the parameters `names` out of the address. */
export function ClearFilters({ names }: { names: readonly string[] }) {
  const clear = useWithout(names);
  return (
    <button type="button" class="button" onClick={clear}>
      Clear the filters
    </button>
  );
}
