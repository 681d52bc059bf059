// Package refusal puts into words why the API server does not take an object.
package refusal

import (
	"errors"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// Message is what the API server says, without what the client puts around it.
func Message(err error) string {
	if status := apierrors.APIStatus(nil); errors.As(err, &status) {
		return status.Status().Message
	}
	return err.Error()
}

// Fields says what is wrong with each field, sorted, as the API server has no order of its own; none where it blames no field.
func Fields(err error) []string {
	status := apierrors.APIStatus(nil)
	if !errors.As(err, &status) || status.Status().Details == nil {
		return nil
	}
	var fields []string
	for _, cause := range status.Status().Details.Causes {
		if cause.Field == "<nil>" { // that a rule could not be looked at, because of another cause
			continue
		}
		fields = append(fields, cause.Field+": "+strings.TrimPrefix(cause.Message, "Invalid value: "))
	}
	slices.Sort(fields)
	return fields
}
