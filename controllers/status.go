package controllers

import (
	"context"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// conflictDelay is how soon an object is looked at again that was read from a cache which lags behind.
const conflictDelay = 100 * time.Millisecond

// writeStatus writes the status of an object over the version that it was derived from, and over no other. A
// patch alone would mix it into a newer version that the cache has not shown yet, and the outcome would say
// what neither of the two does. Where there is a newer version, nothing is written and result asks for another
// look.
func writeStatus(ctx context.Context, c client.StatusClient, object, before client.Object) (written bool, result ctrl.Result, err error) {
	err = c.Status().Patch(ctx, object, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
	switch {
	case apierrors.IsConflict(err):
		return false, ctrl.Result{RequeueAfter: conflictDelay}, nil
	case err != nil:
		return false, ctrl.Result{}, client.IgnoreNotFound(err)
	}
	return true, ctrl.Result{}, nil
}
