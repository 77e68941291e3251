"""Components whose data change with each click, in a page that keeps no more than that."""

from __future__ import annotations

import streamlit as st

from pages.parts.judging.judging import read_scripts

COMPONENTS = 12
_SCRIPT = """
export default inOrder(({ data, parentElement }) => {
  const shown = parentElement.querySelector(".played");
  shown.textContent = data;
  return () => { window.ended = [...(window.ended ?? []), data]; };
});
"""

st.session_state.setdefault("round", 1)
if st.button("Next"):
    st.session_state["round"] += 1
data = f"round {st.session_state['round']}"
st.text(f"sent: {data}")
if st.toggle("Shown", value=True):
    for number in range(COMPONENTS):
        component = st.components.v2.component(
            f"played_{number}",
            html='<p class="played"></p>',
            js=f"{read_scripts()}{_SCRIPT}// {number}",
        )
        component(key=f"played_{number}", data=data)
