package v1alpha1

// SecretReference names a Secret in the same namespace.
type SecretReference struct {
	// name of the Secret, in the namespace of this object.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
}

// IntegrationReference names an IntralinksIntegration in the same namespace.
type IntegrationReference struct {
	// name of the IntralinksIntegration, in the namespace of this object.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
}

// ResolvedReference is what an exchange or Division reference turned out to be.
type ResolvedReference struct {
	// id that the service gave.
	ID int64 `json:"id"`
	// name at the time of the last check.
	// +optional
	Name string `json:"name,omitempty"`
	// service is the host that gave the id, with its port where it has one.
	// +optional
	Service string `json:"service,omitempty"`
}
