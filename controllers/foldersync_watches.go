package controllers

import (
	"context"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// integrationField indexes FolderSyncs by the integration that they use.
const integrationField = ".spec.integrationRef.name"

func indexIntegration(mgr ctrl.Manager) error {
	return mgr.GetFieldIndexer().IndexField(context.Background(), &v1alpha1.FolderSync{}, integrationField, func(o client.Object) []string {
		return []string{o.(*v1alpha1.FolderSync).Spec.IntegrationRef.Name}
	})
}

// syncsOf gives the FolderSyncs that use an integration.
func (r *FolderSyncReconciler) syncsOf(ctx context.Context, integration client.Object) []reconcile.Request {
	var syncs v1alpha1.FolderSyncList
	if err := r.List(ctx, &syncs, client.InNamespace(integration.GetNamespace()), client.MatchingFields{integrationField: integration.GetName()},
		client.UnsafeDisableDeepCopy); err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "list the FolderSyncs of an integration")
		return nil
	}
	return requestsFor(syncs.Items, func(*v1alpha1.FolderSync) bool { return true })
}

// waitingForDestination gives the FolderSyncs that another one kept from their destination.
func (r *FolderSyncReconciler) waitingForDestination(ctx context.Context, _ client.Object) []reconcile.Request {
	var syncs v1alpha1.FolderSyncList
	if err := r.List(ctx, &syncs, client.UnsafeDisableDeepCopy); err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "list the FolderSyncs that wait for a destination")
		return nil
	}
	return requestsFor(syncs.Items, func(sync *v1alpha1.FolderSync) bool {
		ready := meta.FindStatusCondition(sync.Status.Conditions, v1alpha1.ReadyCondition)
		return ready != nil && ready.Reason == v1alpha1.DestinationInUseReason
	})
}

func requestsFor(syncs []v1alpha1.FolderSync, wanted func(*v1alpha1.FolderSync) bool) []reconcile.Request {
	var requests []reconcile.Request
	for i := range syncs {
		if wanted(&syncs[i]) {
			requests = append(requests, reconcile.Request{NamespacedName: types.NamespacedName{Namespace: syncs[i].Namespace, Name: syncs[i].Name}})
		}
	}
	return requests
}

// integrationChanged lets through only what concerns syncs, so that the figures of an integration's budget
// don't wake all of them.
func integrationChanged() predicate.Predicate {
	type concern struct {
		generation, observed     int64
		revision, ready, message string
	}
	concernOf := func(o client.Object) concern {
		integration := o.(*v1alpha1.IntralinksIntegration)
		c := concern{generation: integration.Generation, observed: integration.Status.ObservedGeneration, revision: integration.Status.CredentialsRevision}
		if ready := meta.FindStatusCondition(integration.Status.Conditions, v1alpha1.ReadyCondition); ready != nil {
			c.ready, c.message = string(ready.Status)+ready.Reason, ready.Message
		}
		return c
	}
	return predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool { return concernOf(e.ObjectOld) != concernOf(e.ObjectNew) }}
}

func onlyDeletes() predicate.Predicate {
	return predicate.Funcs{
		CreateFunc:  func(event.CreateEvent) bool { return false },
		UpdateFunc:  func(event.UpdateEvent) bool { return false },
		GenericFunc: func(event.GenericEvent) bool { return false },
	}
}
