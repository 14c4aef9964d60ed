"""The figure of the yardstick pages."""

import streamlit as st

from taper.chart.drawing import Drawing


def figure(drawn: Drawing) -> None:
    st.plotly_chart(
        drawn.figure,
        key="chart",
        theme=None,
        height=drawn.height,
        config={"displayModeBar": False, "doubleClick": False},
        alt=drawn.description,
    )
