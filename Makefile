PYTHON ?= python3
.PHONY: help demo test lint check fix bench soak docs
help demo test lint check fix bench soak docs: ; @$(PYTHON) dev.py $@
