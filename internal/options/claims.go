package options

import (
	"fmt"
	"os"

	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"

	"dataroom.dev/intralinks-operator/internal/allowance"
	"dataroom.dev/intralinks-operator/internal/lead"
)

// Claims keeps other deployments from spending what this one spends, while this replica leads. There are none without
// leader election: what names a deployment is its lease.
func (o *Options) Claims(mgr ctrl.Manager, lease *lead.Lease) (*allowance.Claims, error) {
	if lease == nil {
		return nil, nil
	}
	namespace, err := o.ownNamespace()
	if err != nil {
		return nil, err
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
