using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Marketplace.Products.Storage.Migrations
{
    /// <inheritdoc />
    internal partial class Removals : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            foreach (var table in new[] { "products", "outbox" })
            {
                migrationBuilder.AddColumn<bool>(
                    name: "removed",
                    table: table,
                    type: "boolean",
                    nullable: false,
                    defaultValue: false);
            }

            migrationBuilder.AddColumn<DateTime>(
                name: "refused_at",
                table: "outbox",
                type: "timestamp with time zone",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "refused_at",
                table: "outbox");

            foreach (var table in new[] { "products", "outbox" })
            {
                migrationBuilder.DropColumn(
                    name: "removed",
                    table: table);
            }
        }
    }
}
