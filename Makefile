.PHONY: help demo test lint fix bench soak docs
help demo test lint fix bench soak docs: ; @python3 dev.py $@
