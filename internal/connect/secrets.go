package connect

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// secrets are the values that the clients need.
type secrets struct {
	apiKey, apiSecret, email, password string
	clientID, clientSecret             string
	revision                           string
}

// readSecrets reads both Secrets of an integration. White space around a value is not part of it: a newline
// at the end is what most tools leave behind, and no key or password of either service ends in one.
func (c *Connector) readSecrets(ctx context.Context, integration *v1alpha1.IntralinksIntegration) (*secrets, error) {
	intralinks, err := c.secret(ctx, integration, "spec.intralinks.credentialsSecretRef", integration.Spec.Intralinks.CredentialsSecretRef.Name)
	if err != nil {
		return nil, err
	}
	luminance, err := c.secret(ctx, integration, "spec.luminance.credentialsSecretRef", integration.Spec.Luminance.CredentialsSecretRef.Name)
	if err != nil {
		return nil, err
	}
	s := &secrets{revision: revisionOf(
		string(intralinks.UID), intralinks.ResourceVersion, string(luminance.UID), luminance.ResourceVersion)}
	wanted := []wantedValue{{v1alpha1.APIKeyKey, &s.apiKey}, {v1alpha1.APISecretKey, &s.apiSecret}}
	spec := integration.Spec.Intralinks
	if spec.AuthAPIVersion == v1alpha1.AuthAPIVersionV2 && spec.Grant == v1alpha1.ClientCredentialsGrant {
		wanted = append(wanted, wantedValue{v1alpha1.EmailKey, &s.email}, wantedValue{v1alpha1.PasswordKey, &s.password})
	}
	if err := take(intralinks, wanted...); err != nil {
		return nil, err
	}
	return s, take(luminance, wantedValue{v1alpha1.ClientIDKey, &s.clientID}, wantedValue{v1alpha1.ClientSecretKey, &s.clientSecret})
}

func (c *Connector) secret(ctx context.Context, integration *v1alpha1.IntralinksIntegration, field, name string) (*corev1.Secret, error) {
	var secret corev1.Secret
	err := c.Reader.Get(ctx, types.NamespacedName{Namespace: integration.Namespace, Name: name}, &secret)
	if apierrors.IsNotFound(err) {
		return nil, &Problem{Reason: v1alpha1.SecretNotFoundReason, Message: fmt.Sprintf(
			"%s: there is no Secret %q in namespace %q; create it, or correct the name", field, name, integration.Namespace)}
	}
	if err != nil {
		return nil, fmt.Errorf("read Secret %s: %w", name, err)
	}
	return &secret, nil
}

type wantedValue struct {
	key   string
	value *string
}

func take(secret *corev1.Secret, wanted ...wantedValue) error {
	for _, w := range wanted {
		*w.value = strings.TrimSpace(string(secret.Data[w.key]))
		if *w.value == "" {
			return &Problem{Reason: v1alpha1.SecretKeyMissingReason, Message: fmt.Sprintf(
				"Secret %q has no value under the key %q; add it (it has: %s)", secret.Name, w.key, keysOf(secret))}
		}
	}
	return nil
}

func keysOf(secret *corev1.Secret) string {
	if len(secret.Data) == 0 {
		return "no keys at all"
	}
	return strings.Join(slices.Sorted(maps.Keys(secret.Data)), ", ")
}
