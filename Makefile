# make demo  仮想環境を作り、同梱の見本を読み込んで質問する
# make test  仮想環境を作り、書式・型・テストを確かめる
.PHONY: demo test setup format clean

demo: setup
	@.venv/bin/reviewsheet demo

test:
	@bash .ci/run

setup:
	@sh .ci/setup

format: setup
	@.venv/bin/ruff check --fix . && .venv/bin/ruff format .

clean:
	rm -rf .venv .demo build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
