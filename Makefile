# What a person can do here; `make help` lists it. Needs Go, git, make and bash: everything else is
# pinned in hack/ and built when it is first wanted.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# One set of flags for every build, so that operator, tests, tools and control plane share one build
# cache. What the user has in GOFLAGS already stays in force.
export CGO_ENABLED := 0
export GOFLAGS     := $(strip $(filter-out -trimpath,$(shell go env GOFLAGS)) -trimpath)

VERSION   ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
IMG       ?= ghcr.io/dataroom-dev/intralinks-operator:$(VERSION)
SIMULATORS_IMG ?= localhost/intralinks-operator-simulators:$(VERSION)
COMMIT    ?= $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
# The commit's time and not the build's: the same commit gives the same binary.
DATE      ?= $(shell git log -1 --format=%cI 2>/dev/null || echo unknown)
LDFLAGS   := -X main.version=$(VERSION) -X main.commit=$(COMMIT) -X main.date=$(DATE)
CONTAINER ?= docker
KUBECTL   ?= kubectl
CHART     := charts/intralinks-operator

FUZZTIME  ?= 10m
FUZZFLAGS ?=

# For bench and bench-compare.
ONLY ?=
OLD  ?= main
NEW  ?= HEAD

# For soak.
HISTORIES ?= 20000

# For demo and simulators.
DATAROOM        ?=
RECEIVED        ?=
BUDGET          ?=
KEEP            ?=
INTRALINKS_ADDR ?= 127.0.0.1:8811
LUMINANCE_ADDR  ?= 127.0.0.1:8812
SIGN_IN_ADDR    ?= 127.0.0.1:0
CALLBACK        ?=

TOOL := go tool -modfile=hack/tools/go.mod
LINT := go tool -modfile=hack/tools/golangci-lint/go.mod golangci-lint
CHARTTOOL := go tool -modfile=hack/tools/chart/go.mod
HELM := go tool -modfile=hack/tools/helm/go.mod helm
# Debian has it in its package prometheus. Else it is built, without what finds machines in clouds.
PROMTOOL ?= $(shell command -v promtool || echo 'env GOFLAGS="$(GOFLAGS) -tags=remove_all_sd" go tool -modfile=hack/tools/prometheus/go.mod promtool')

##@ Use

.PHONY: help
help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 } \
	  /^#- / { printf "  %s\n", substr($$0, 4) }' Makefile

.PHONY: demo
demo: build ## Documents cross from a simulated Intralinks into a simulated Luminance, through a real Kubernetes API
	@go build -o bin/demo ./hack/demo
	@assets=$$(hack/controlplane/build.sh); \
	DATAROOM="$(DATAROOM)" RECEIVED="$(RECEIVED)" BUDGET="$(BUDGET)" KEEP="$(KEEP)" KUBEBUILDER_ASSETS="$$assets" \
	  exec bin/demo

.PHONY: simulators
simulators: ## Both simulators on loopback until Ctrl-C, for an operator or a client of your own
	@go build -o bin/simulators ./hack/simulators
	@exec bin/simulators --intralinks-addr "$(INTRALINKS_ADDR)" --luminance-addr "$(LUMINANCE_ADDR)" \
	  --sign-in-addr "$(SIGN_IN_ADDR)" $(if $(CALLBACK),--callback "$(CALLBACK)") \
	  $(if $(DATAROOM),--dataroom "$(DATAROOM)") $(if $(RECEIVED),--received "$(RECEIVED)") $(if $(BUDGET),--budget "$(BUDGET)")

.PHONY: run
run: ## The operator against the current kubeconfig (ARGS="--allowed-hosts=..." for more flags)
	@mkdir -p bin
	@go build -ldflags "$(LDFLAGS)" -o bin/manager .
	@exec bin/manager --ledger="sqlite://$(CURDIR)/bin/ledger.db" --metrics-bind-address=0 $(ARGS)

.PHONY: install
install: ## Create or update both kinds in the cluster of the current kubeconfig
	$(KUBECTL) apply --server-side -k config/crd

##@ Check

.PHONY: test
test: ## Every test, with a real etcd and kube-apiserver (TESTFLAGS="-run Name" for some)
	@assets=$$(hack/controlplane/build.sh); go build -o bin/testsum ./hack/testsum; \
	KUBEBUILDER_ASSETS="$$assets" go test -json -timeout 30m $(TESTFLAGS) ./... | bin/testsum

.PHONY: test-race
test-race: ## The same under the race detector, with a sample of the crashes (needs a C compiler)
	@assets=$$(hack/controlplane/build.sh); go build -o bin/testsum ./hack/testsum; \
	KUBEBUILDER_ASSETS="$$assets" CGO_ENABLED=1 go test -json -race -short -timeout 30m $(TESTFLAGS) ./... | bin/testsum

# A target is a function FuzzX(f *testing.F). A finding ends it, and becomes a seed under testdata/fuzz of its package.
.PHONY: fuzz
fuzz: ## Every fuzz target for FUZZTIME (10m), one after the other (FUZZFLAGS="-parallel 1" for one process)
	@grep -ro --include='*_test.go' --exclude-dir=bin '^func Fuzz[A-Za-z0-9_]*(' . | sed 's|/[^/]*:func | |; s|($$||' | sort | \
	while read -r package target; do \
	  printf '\n%s %s\n' "$$package" "$$target"; \
	  nice -n 19 go test -run '^$$' -fuzz "^$$target\$$" -fuzztime "$(FUZZTIME)" -fuzzminimizetime 1s $(FUZZFLAGS) "$$package" </dev/null; \
	done

.PHONY: lint
lint: ## gofmt, go vet and some thirty linters more (.golangci.yaml says which and why)
	$(LINT) run ./...

.PHONY: lint-fix
lint-fix: ## The same, mending what a machine can mend
	$(LINT) run --fix ./...

.PHONY: check-generated
check-generated: ## Fail where a generated file is not what its source says
	@hack/check-generated.sh

.PHONY: check-chart
check-chart: ## helm lint --strict and kube-score, with every exception explained
	@HELM="$(HELM)" KUBE_SCORE="$(CHARTTOOL) kube-score" KUSTOMIZE="$(TOOL) kustomize" hack/check-chart.sh

.PHONY: check-alerts
check-alerts: ## What must fire and what must not, with promtool (built once, some minutes, where there is none)
	$(PROMTOOL) check rules config/prometheus/alerts.yaml
	$(PROMTOOL) test rules config/prometheus/tests/*.yaml

.PHONY: dashboard-picture
dashboard-picture: ## docs/dashboard.svg, from ten minutes of the operator at work (needs prometheus and chromium on the PATH)
	@assets=$$(hack/controlplane/build.sh); KUBEBUILDER_ASSETS="$$assets" go test -tags picture -run TestPicture -timeout 30m ./hack/dashboard

.PHONY: vulnerabilities
vulnerabilities: ## Known vulnerabilities in what the operator calls (needs vuln.go.dev)
	$(TOOL) govulncheck ./...

.PHONY: bench
bench: ## The figures of docs/benchmarks.md, beside their targets, in less than 20 minutes (ONLY=expression for some)
	@mkdir -p bin
	@go build -ldflags "$(LDFLAGS)" -o bin/manager .
	@go build -o bin/bench ./hack/bench
	@rclone=bin/rclone; (cd hack/tools/rclone && go build -o ../../../bin/rclone .) || { rclone=; echo "rclone can't be built: it is left out" >&2; }; \
	assets=$$(hack/controlplane/build.sh); KUBEBUILDER_ASSETS="$$assets" exec bin/bench -rclone "$$rclone" -only "$(ONLY)" \
	  -json bin/bench.json $(if $(ONLY),,-markdown docs/benchmarks.md -readme README.md)

.PHONY: bench-go
bench-go: ## The Go benchmarks alone
	go test -run '^$$' -bench . -benchmem ./...

.PHONY: bench-compare
bench-compare: ## Two revisions in turns on this machine: OLD (main) and NEW (HEAD), figures (ONLY=expression) and Go benchmarks
	@OLD="$(OLD)" NEW="$(NEW)" ONLY="$(ONLY)" BENCHSTAT="$(TOOL) benchstat" hack/bench/compare.sh

.PHONY: crash-matrix
crash-matrix: ## A crash at every point of a sync, with the ledger in files and on PostgreSQL (make test tries a seventh there)
	CRASH_MATRIX=whole go test -timeout 2h ./internal/engine/crashtest

.PHONY: soak
soak: ## HISTORIES (20000) random histories of both services and of faults, against a model
	go test -timeout 24h ./internal/engine/historytest -rapid.checks=$(HISTORIES)

.PHONY: soak-day
soak-day: ## A day in an hour: 200 syncs, people, faults, expired tokens and restarts (SOAK_SEED=... for one of before)
	@assets=$$(hack/controlplane/build.sh); \
	KUBEBUILDER_ASSETS="$$assets" SOAK_DAY=whole go test -count=1 -v -timeout 4h ./internal/daytest

.PHONY: e2e
e2e: ## The chart on the cluster of the current kubeconfig: see hack/e2e/run for IMG, SIMULATORS_IMG, LOAD and POSTGRES
	@hack/e2e/run

##@ Change

.PHONY: generate
generate: ## Deep copies, from api/
	$(TOOL) controller-gen object:headerFile=hack/boilerplate.go.txt paths=./api/...

.PHONY: manifests
manifests: ## CRDs and rights, for kustomize and Helm, dashboard, API reference and the chart's README, from the code
	$(TOOL) controller-gen crd paths=./api/... output:crd:artifacts:config=config/crd/bases
	$(TOOL) controller-gen rbac:roleName=intralinks-operator-manager-role paths=./controllers/... paths=./internal/guard/... output:rbac:artifacts:config=config/rbac
	$(TOOL) controller-gen rbac:roleName=intralinks-operator-sign-in-role,fileName=sign_in_role.yaml paths=./internal/tokens/... output:rbac:artifacts:config=config/components/sign-in
	$(TOOL) controller-gen rbac:roleName=intralinks-operator-secret-watch-role,fileName=secret_watch_role.yaml paths=./internal/secretwatch/... output:rbac:artifacts:config=config/components/watch-labelled-secrets
	@rm -rf $(CHART)/files && mkdir -p $(CHART)/files/crds $(CHART)/files/rbac $(CHART)/files/prometheus $(CHART)/files/grafana docs
	cp config/crd/bases/*.yaml $(CHART)/files/crds/
	cp config/rbac/*role.yaml config/components/*/*role.yaml $(CHART)/files/rbac/
	go run ./hack/dashboard > config/grafana/intralinks-operator.json
	cp config/prometheus/*.yaml $(CHART)/files/prometheus/
	cp config/grafana/*.json $(CHART)/files/grafana/
	go run ./hack/argocdcm config/argocd > config/argocd/argocd-cm.yaml
	$(CHARTTOOL) helm-docs --chart-search-root=charts --log-level=error
	$(TOOL) crd-ref-docs --source-path=api/v1alpha1 --config=hack/crd-ref-docs.yaml --renderer=markdown \
	  --log-level=ERROR --output-path=docs/api-reference.md

##@ Build

.PHONY: build
build: ## bin/manager and bin/simulators
	@mkdir -p bin
	@go build -ldflags "$(LDFLAGS)" -o bin/manager .
	@go build -o bin/simulators ./hack/simulators

.PHONY: kubectl-intralinks
kubectl-intralinks: ## bin/kubectl-intralinks, the kubectl plugin; on the PATH it is `kubectl intralinks`
	@mkdir -p bin
	@go build -ldflags "$(LDFLAGS)" -o bin/kubectl-intralinks ./cmd/kubectl-intralinks

.PHONY: plugin-archives
plugin-archives: ## dist/kubectl-intralinks_*.tar.gz for six platforms (PLATFORMS="linux/amd64" for some)
	@VERSION="$(VERSION)" COMMIT="$(COMMIT)" DATE="$(DATE)" hack/plugin/build.sh

.PHONY: docker-build
docker-build: ## The image IMG, with docker (CONTAINER=podman for podman)
	$(CONTAINER) build --build-arg VERSION="$(VERSION)" --build-arg COMMIT="$(COMMIT)" --build-arg DATE="$(DATE)" -t "$(IMG)" .

# OFFLINE=1 CONTAINER=buildah takes the base images from this machine; KEEP=folder keeps what was built.
.PHONY: image-check
image-check: ## The image for amd64 and arm64, held against size, stamps, user and content (CONTAINER, OFFLINE=1, KEEP=dir)
	@VERSION="$(VERSION)" COMMIT="$(COMMIT)" DATE="$(DATE)" IMG="$(IMG)" CONTAINER="$(CONTAINER)" OFFLINE="$(OFFLINE)" \
	  KEEP="$(KEEP)" hack/image/check.sh

.PHONY: simulators-image
simulators-image: ## The simulators as the image SIMULATORS_IMG, for make e2e
	@mkdir -p dist/simulators
	go build -o dist/simulators/simulators ./hack/simulators
	$(CONTAINER) build -t "$(SIMULATORS_IMG)" -f hack/e2e/Dockerfile dist/simulators

.PHONY: build-installer
build-installer: ## dist/install.yaml: all of config/default in one file, with the image IMG
	@IMG="$(IMG)" KUSTOMIZE="$(TOOL) kustomize" hack/build-installer.sh

.PHONY: check-reproducible
check-reproducible: ## Build this commit twice, in two places, and fail where the binaries differ or are too large
	@VERSION="$(VERSION)" COMMIT="$(COMMIT)" DATE="$(DATE)" hack/check-reproducible.sh

.PHONY: clean
clean: ## Remove what was built, but for the control plane
	rm -rf dist bin/manager bin/simulators bin/kubectl-intralinks bin/demo bin/testsum bin/bench bin/bench.json bin/rclone bin/ledger.db*

.PHONY: clean-all
clean-all: clean ## Remove the control plane too; the next test builds it again
	rm -rf bin

##@ Variables of demo and simulators

#- DATAROOM=dir             serve this folder's files as the exchange; they are only read
#- RECEIVED=dir             keep what Luminance received here (default: a temporary folder, printed)
#- BUDGET=unlimited         lift Luminance's allowance of 100 requests in 10 minutes
#- KEEP=1                   demo: leave everything running until Ctrl-C, and say how to use kubectl with it
#- INTRALINKS_ADDR=host:port, LUMINANCE_ADDR=host:port, SIGN_IN_ADDR=host:port   simulators: where they listen
#- CALLBACK=url             simulators: the callback that is registered for the API key, for people to sign in
