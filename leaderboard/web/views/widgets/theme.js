// Says which theme the page has when it is not the one that the server drew its charts for (`data`).
const asked = new WeakMap() // parent -> the theme that was last asked for

export default function ({ data, parentElement, setTriggerValue }) {
  const app = document.querySelector("[data-testid=stApp]")
  const look = () => {
    const theme = getComputedStyle(app).colorScheme === "dark" ? "dark" : "light"
    if (theme === data) asked.delete(parentElement)
    else if (theme !== asked.get(parentElement)) {
      asked.set(parentElement, theme)
      setTriggerValue("theme", theme)
    }
  }
  const watch = new MutationObserver(look)
  watch.observe(app, { attributes: true, attributeFilter: ["class"] })
  look()
  return () => watch.disconnect()
}
