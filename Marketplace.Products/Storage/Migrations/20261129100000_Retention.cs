using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Marketplace.Products.Storage.Migrations
{
    /// <inheritdoc />
    internal partial class Retention : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            foreach (var table in new[] { "products", "summaries" })
            {
                migrationBuilder.AddColumn<DateTime>(
                    name: "expires_at",
                    table: table,
                    type: "timestamp with time zone",
                    nullable: true);

                migrationBuilder.CreateIndex(
                    name: table + "_expiry",
                    table: table,
                    column: "expires_at",
                    filter: "expires_at IS NOT NULL");
            }
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            foreach (var table in new[] { "products", "summaries" })
            {
                migrationBuilder.DropIndex(
                    name: table + "_expiry",
                    table: table);

                migrationBuilder.DropColumn(
                    name: "expires_at",
                    table: table);
            }
        }
    }
}
