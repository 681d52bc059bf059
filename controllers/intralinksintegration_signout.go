package controllers

import (
	"context"
	"fmt"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/tokens"
)

// signOutTimeout bounds all that is tried before an integration may go.
const signOutTimeout = 10 * time.Second

// signOut has revoked what a sign-in left, if Intralinks does so in time, and lets the integration go then. Like a
// check it runs outside of the reconcile, and in its place.
func (r *IntegrationReconciler) signOut(ctx context.Context, integration *v1alpha1.IntralinksIntegration) error {
	if !controllerutil.ContainsFinalizer(integration, v1alpha1.SignInFinalizer) {
		return nil
	}
	key, id := client.ObjectKeyFromObject(integration), fmt.Sprintf("sign-out/%s", integration.UID)
	state, running := r.checks.Get(key)
	switch {
	case running && state.ID != id:
		r.checks.Stop(key)
		r.checks.Forget(key)
		if state.Result != nil {
			r.wake.notify(key)
		}
		return nil
	case !running:
		leaving, log := integration.DeepCopy(), ctrl.LoggerFrom(ctx)
		r.checks.Run(key, id, func(ctx context.Context, _ func(struct{})) checked {
			if err := r.forgetSignIn(ctrl.LoggerInto(ctx, log), leaving); err != nil {
				log.Info("not all of the sign-in could be forgotten", "error", err.Error())
			}
			return checked{}
		})
		return nil
	case state.Result == nil:
		return nil
	}
	r.checks.Forget(key)
	before := integration.DeepCopy()
	controllerutil.RemoveFinalizer(integration, v1alpha1.SignInFinalizer)
	return client.IgnoreNotFound(r.Patch(ctx, integration, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})))
}

// forgetSignIn takes the tokens out of the Secrets first, so that nobody uses them any more.
func (r *IntegrationReconciler) forgetSignIn(ctx context.Context, integration *v1alpha1.IntralinksIntegration) error {
	ctx, cancel := context.WithTimeout(ctx, signOutTimeout)
	defer cancel()
	owner := tokens.OwnerOf(integration)
	waiting, err := r.SignIns.Forget(ctx, owner)
	if err != nil {
		return err
	}
	stored, err := r.Connector.Tokens.Load(ctx, owner)
	if err != nil {
		return err
	}
	if err := r.Connector.Tokens.Clear(ctx, stored); err != nil {
		return err
	}
	if waiting != nil {
		r.revoke(ctx, integration, *waiting)
	}
	r.revoke(ctx, integration, stored.Record)
	return nil
}

// revoke ends a token, if Intralinks does so at once. Only a live access token can be revoked, so one that is over is
// renewed for it.
func (r *IntegrationReconciler) revoke(ctx context.Context, integration *v1alpha1.IntralinksIntegration, unwanted tokens.Record) {
	ctx, cancel := context.WithTimeout(ctx, signOutTimeout)
	defer cancel()
	if err := r.tryRevoke(ctx, integration, unwanted); err != nil {
		ctrl.LoggerFrom(ctx).Info("a token could not be revoked; it ends by itself", "error", err.Error(), "until", unwanted.Until())
	}
}

// tryRevoke sends a token to nobody but who issued it.
func (r *IntegrationReconciler) tryRevoke(ctx context.Context, integration *v1alpha1.IntralinksIntegration, unwanted tokens.Record) error {
	in, err := r.Connector.SignIn(ctx, integration)
	if err != nil || unwanted.AccessToken == "" || unwanted.Service != in.Service {
		return err
	}
	access := unwanted.AccessToken
	if unwanted.RefreshToken != "" && !r.Clock.Now().Before(unwanted.AccessUntil) {
		renewed, err := in.Refresh(ctx, unwanted.RefreshToken)
		if err != nil {
			return err
		}
		access = renewed.AccessToken
	}
	return in.Revoke(ctx, access)
}

// signOutAsked signs out where somebody asked for it.
func (r *IntegrationReconciler) signOutAsked(ctx context.Context, integration *v1alpha1.IntralinksIntegration) (leaving bool, err error) {
	requested := integration.Annotations[v1alpha1.SignOutRequestAnnotation]
	if requested == integration.Status.LastHandledSignOutAt {
		return false, nil
	}
	if leaving, err := r.withoutSignIn(ctx, integration); leaving || err != nil {
		return leaving, err
	}
	integration.Status.LastHandledSignOutAt = requested
	return false, nil
}

// withoutSignIn signs out where the grant was another before.
func (r *IntegrationReconciler) withoutSignIn(ctx context.Context, integration *v1alpha1.IntralinksIntegration) (leaving bool, err error) {
	status := &integration.Status
	status.SignInURL, status.Account, status.TokenExpiresAt, status.TokenSecretRef = "", "", nil, nil
	if !controllerutil.ContainsFinalizer(integration, v1alpha1.SignInFinalizer) {
		return false, nil
	}
	return true, r.signOut(ctx, integration.DeepCopy())
}
