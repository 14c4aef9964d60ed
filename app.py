"""The Streamlit entry: the server imports it, and runs it again as the script of every page."""

if __name__ == "__main__":
    from taper.ui.main import run

    run()
else:
    import streamlit as st

    from taper.ui import server

    app = st.App(__file__, routes=server.ROUTES, middleware=server.MIDDLEWARE)
