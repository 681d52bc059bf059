package controllers

import (
	"context"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/tokens"
)

// signOutTimeout bounds all that is tried before an integration may go.
const signOutTimeout = 10 * time.Second

// signOut revokes what a sign-in left, if Intralinks does so in time, forgets it, and lets the integration go.
func (r *IntegrationReconciler) signOut(ctx context.Context, integration *v1alpha1.IntralinksIntegration) error {
	before := integration.DeepCopy()
	if !controllerutil.RemoveFinalizer(integration, v1alpha1.SignInFinalizer) {
		return nil
	}
	key := client.ObjectKeyFromObject(integration)
	r.checks.Stop(key)
	if err := r.forgetSignIn(ctx, integration); err != nil {
		if ctx.Err() != nil {
			return ctx.Err() // the process ends: the next one tries
		}
		ctrl.LoggerFrom(ctx).Info("sign-out", "error", err.Error())
	}
	return client.IgnoreNotFound(r.Patch(ctx, integration, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})))
}

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

func (r *IntegrationReconciler) tryRevoke(ctx context.Context, integration *v1alpha1.IntralinksIntegration, unwanted tokens.Record) error {
	var in *connect.SignIn
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

// withoutSignIn signs out where the grant was another before.
func (r *IntegrationReconciler) withoutSignIn(ctx context.Context, integration *v1alpha1.IntralinksIntegration) error {
	status := &integration.Status
	status.SignInURL, status.Account, status.TokenExpiresAt, status.TokenSecretRef = "", "", nil, nil
	if !controllerutil.ContainsFinalizer(integration, v1alpha1.SignInFinalizer) {
		return nil
	}
	return r.signOut(ctx, integration.DeepCopy())
}
