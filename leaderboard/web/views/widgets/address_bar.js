// Completes the address of the page without a new entry in the history.
export default function ({ data }) {
  if (location.search.slice(1) !== data) history.replaceState(history.state, "", `${location.pathname}?${data}${location.hash}`)
}
