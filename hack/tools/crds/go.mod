// The CRDs of others that the chart has objects of, pinned: of the Gateway API and of the Prometheus operator; and those of Argo CD, for the examples.
// Nothing here is built, so never tidy it: `go mod download` fetches what is named, and go.sum holds its sums.
module dataroom.dev/intralinks-operator/hack/tools/crds

go 1.26.0

require (
	github.com/argoproj/argo-cd/v3 v3.3.3
	github.com/prometheus-operator/prometheus-operator v0.85.0
	sigs.k8s.io/gateway-api v1.6.3
)
