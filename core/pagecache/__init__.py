"""Whole pages and parts of pages for readers who are signed out, from memory, in front of Django.

    front.py      the WSGI application: who gets a page from memory, and what Django is asked without the visitor
    entry.py      an answer that is kept: its headers, compressed once, its validators
    shelf.py      the memory that they are kept in, and what makes room
    freshness.py  the thread that knows whether what is kept is still true
    watch.py      what of the database is public: triggers that count every change of it
    reads.py      how often a post was read, counted without knowing by whom

What apps say to it, in AppConfig.ready(): watch.watch() what of their tables is public, freshness.ahead() when
something becomes public by itself, reads.take() where the numbers go. A view says that an answer is the same for
everybody who is signed out: core.htmx.render_page(public=True) or mark_public().
"""
