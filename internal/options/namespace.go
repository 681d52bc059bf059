package options

import (
	"fmt"
	"os"
	"strings"
)

// podNamespace is the file in which a pod finds its namespace.
const podNamespace = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

// ownNamespace is where the operator's leases lie.
func (o *Options) ownNamespace() (string, error) {
	if o.LeaseNamespace != "" {
		return o.LeaseNamespace, nil
	}
	text, err := os.ReadFile(podNamespace)
	if err != nil {
		return "", fmt.Errorf("find this pod's namespace: %w; outside of a cluster set --leader-election-namespace", err)
	}
	return strings.TrimSpace(string(text)), nil
}
