package tokens

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// ErrConflict tells that somebody else has changed the Secret since it was read.
var ErrConflict = errors.New("the Secret has been changed since it was read")

// ForeignError tells that the name which a Secret should have is taken by one that the integration doesn't own.
type ForeignError struct{ Name string }

func (e *ForeignError) Error() string {
	return fmt.Sprintf("there is a Secret %q that does not belong to the integration, and the operator needs the name: "+
		"remove it, or give the integration another name", e.Name)
}

// Owner is the integration that Secrets belong to.
type Owner struct {
	types.NamespacedName
	UID types.UID
}

// OwnerOf an integration's Secrets is the integration.
func OwnerOf(integration *v1alpha1.IntralinksIntegration) Owner {
	return Owner{NamespacedName: client.ObjectKeyFromObject(integration), UID: integration.UID}
}

// +kubebuilder:rbac:groups="",resources=secrets,verbs=create;update

// Secrets reads and writes Secrets that belong to integrations, and no others.
type Secrets struct {
	// Reader must not be a cache: single use and renewals hang on what stands in the API server now.
	Reader client.Reader
	Writer client.Writer
}

// Get reads the Secret of an owner that a suffix names. One that doesn't exist yet comes back without a
// ResourceVersion. The error is a *ForeignError where the name is taken.
func (s *Secrets) Get(ctx context.Context, owner Owner, suffix string) (*corev1.Secret, error) {
	name := NameOf(owner.Name, suffix)
	var secret corev1.Secret
	err := s.Reader.Get(ctx, types.NamespacedName{Namespace: owner.Namespace, Name: name}, &secret)
	switch {
	case apierrors.IsNotFound(err):
		return newSecret(owner, name), nil
	case err != nil:
		return nil, fmt.Errorf("read Secret %s: %w", name, err)
	}
	if by := metav1.GetControllerOf(&secret); by == nil || by.UID != owner.UID {
		return nil, &ForeignError{Name: name}
	}
	return &secret, nil
}

// Put writes a Secret that Get gave. It fails with ErrConflict if that isn't the one which stands there any more.
func (s *Secrets) Put(ctx context.Context, secret *corev1.Secret) error {
	var err error
	if secret.ResourceVersion == "" {
		err = s.Writer.Create(ctx, secret)
	} else {
		err = s.Writer.Update(ctx, secret)
	}
	switch {
	case apierrors.IsConflict(err), apierrors.IsAlreadyExists(err), apierrors.IsNotFound(err):
		return ErrConflict
	case err != nil:
		return fmt.Errorf("write Secret %s: %w", secret.Name, err)
	}
	return nil
}

// Empty takes everything out of a Secret that Get gave. It isn't deleted: that would take a right over all Secrets of
// a cluster, and with its integration it goes anyway.
func (s *Secrets) Empty(ctx context.Context, secret *corev1.Secret) error {
	if secret.ResourceVersion == "" || len(secret.Data) == 0 {
		return nil
	}
	secret = secret.DeepCopy()
	secret.Data = nil
	return s.Put(ctx, secret)
}

// newSecret is one that goes with its integration, and that Argo CD neither prunes nor holds against Git.
func newSecret(owner Owner, name string) *corev1.Secret {
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{
		Namespace: owner.Namespace, Name: name,
		Labels: map[string]string{
			"app.kubernetes.io/managed-by": "intralinks-operator",
			"app.kubernetes.io/component":  "sign-in",
		},
		Annotations: map[string]string{
			"argocd.argoproj.io/compare-options": "IgnoreExtraneous",
			"argocd.argoproj.io/sync-options":    "Prune=false",
		},
		OwnerReferences: []metav1.OwnerReference{{
			APIVersion: v1alpha1.GroupVersion.String(), Kind: "IntralinksIntegration",
			Name: owner.Name, UID: owner.UID, Controller: new(true),
		}},
	}}
}

// maxName is the longest name of a Secret.
const maxName = 253

// NameOf joins the name of an integration and a suffix. A name that would be too long is cut, and told from others
// by a hash.
func NameOf(integration, suffix string) string {
	name := integration + suffix
	if len(name) <= maxName {
		return name
	}
	sum := sha256.Sum256([]byte(integration))
	mark := "-" + hex.EncodeToString(sum[:8]) + suffix
	return integration[:maxName-len(mark)] + mark
}
