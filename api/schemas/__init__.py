"""What goes over the wire: envelopes for every kind of record. What attributes a type has is the metamodel's to say."""
