"""The pages, put together. ``python -m leaderboard serve`` starts them."""

# Streamlit runs this file as a script, by its path: relative imports would have nothing to be relative to.
import streamlit as st

from leaderboard.web.views import about, annotate, board, compare, explore, shell, submit, system, try_it

st.set_page_config(page_title="URECA leaderboard", page_icon=str(shell.ICON), layout="wide")
pages = {
    "board": st.Page(board.show, title="Board", url_path="home", icon=":material/leaderboard:", default=True),
    "explore": st.Page(explore.show, title="Explore", url_path="explore", icon=":material/image_search:"),
    "compare": st.Page(compare.show, title="Compare", url_path="compare", icon=":material/compare_arrows:"),
    "submit": st.Page(submit.show, title="Submit", url_path="submit", icon=":material/upload_file:"),
    "try-it": st.Page(try_it.show, title="Try it", url_path="try-it", icon=":material/experiment:"),
    "about": st.Page(about.show, title="About", url_path="about", icon=":material/info:"),
    "annotate": st.Page(annotate.show, title="Annotate", url_path="annotate", visibility="hidden"),
    "system": st.Page(system.show, title="System", url_path="system", visibility="hidden"),
}
# The default page is at "/"; "/board" leads to it as well.
alias = st.Page(board.show, title="Board", url_path="board", visibility="hidden")
shell.run(st.navigation([*pages.values(), alias], position="top"), pages)
