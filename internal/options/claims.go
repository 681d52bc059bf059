package options

import (
	"fmt"
	"os"
	"strings"

	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"

	"dataroom.dev/intralinks-operator/internal/allowance"
	"dataroom.dev/intralinks-operator/internal/lead"
)

// ownNamespace is the file in which a pod finds its namespace.
const ownNamespace = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

// Claims keeps other deployments from spending what this one spends, while this replica leads. There are none without
// leader election: what names a deployment is its lease.
func (o *Options) Claims(mgr ctrl.Manager, lease *lead.Lease) (*allowance.Claims, error) {
	if lease == nil {
		return nil, nil
	}
	namespace := o.LeaseNamespace
	if namespace == "" {
		text, err := os.ReadFile(ownNamespace)
		if err != nil {
			return nil, fmt.Errorf("find this pod's namespace: %w; outside of a cluster set --leader-election-namespace", err)
		}
		namespace = strings.TrimSpace(string(text))
	}
	host, err := os.Hostname()
	if err != nil {
		return nil, fmt.Errorf("find the name of this machine: %w", err)
	}
	claims := &allowance.Claims{
		Reader: mgr.GetAPIReader(), Writer: mgr.GetClient(), Namespace: namespace, Name: o.LeaseName + "-allowances",
		Identity: host, Watched: allowance.Watched{Namespaces: o.Namespaces, Selector: o.Selector},
		Lapsed: lease.Lapsed, Clock: clock.RealClock{}, Log: ctrl.Log.WithName("allowance"),
	}
	return claims, mgr.Add(claims)
}
