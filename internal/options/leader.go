package options

import (
	"context"
	"strings"

	coordinationv1 "k8s.io/api/coordination/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Leader gives a function that names the pod which holds the lease; empty where that can't be told. reader must not be a
// cache, which would watch all leases.
func (o *Options) Leader(reader client.Reader) func(context.Context) string {
	return func(ctx context.Context) string {
		namespace, err := o.ownNamespace()
		if err != nil {
			return ""
		}
		var lease coordinationv1.Lease
		err = reader.Get(ctx, types.NamespacedName{Namespace: namespace, Name: o.LeaseName}, &lease)
		if err != nil || lease.Spec.HolderIdentity == nil {
			return ""
		}
		pod, _, _ := strings.Cut(*lease.Spec.HolderIdentity, "_") // as controller-runtime makes it
		return pod
	}
}
